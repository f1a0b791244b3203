//! Deployments to a real CloudFormation server on this machine, seen from outside.
//!
//! `.ci/run` installs the server and says where, in `FORMWORK_MINISTACK`: a Python that has it. Without that the tests are skipped, and say so;
//! with `FORMWORK_REQUIRE_EMULATOR` they fail instead.

mod ask;
mod assets;
mod bootstrap;
mod command;
mod life;
mod local;
mod program;
mod server;
mod stacks;
mod world;
