//! Laws: what holds for every app, tried on many random ones. Each case is made from a seed, so that a failure can be had again.
#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod circles;
mod grants;
mod hostile;
mod names;
mod order;
mod random;
mod read;
mod tags;
mod text;
