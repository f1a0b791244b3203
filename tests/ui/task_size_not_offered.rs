//! Fargate offers little memory with little CPU.

use formwork::prelude::*;

fn main() {
    let _ = task_size!(256, 4096);
}
