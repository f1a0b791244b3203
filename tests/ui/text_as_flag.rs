//! `true` is no text.

use formwork::cfn::dynamodb::Table;

fn main() {
    let _ = Table::new().deletion_protection_enabled("true");
}
