//! The engine of `deploy`, driven by a cloud in memory that fails where a script says so.

mod change_sets;
mod consent;
mod destroy;
mod drift;
mod failures;
mod following;
mod guard;
mod happy;
mod identity;
mod interrupts;
mod nested;
mod reviews;
mod rig;
mod rollback;
mod states;
mod stored;
