//! A number is no text.

use formwork::cfn::logs::LogGroup;

fn main() {
    let _ = LogGroup::new().retention_in_days("30");
}
