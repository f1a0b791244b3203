//! One of a few words is an enum, so that the editor offers them.

use formwork::cfn::dynamodb::Table;

fn main() {
    let _ = Table::new().billing_mode("PAY_PER_REQUEST");
}
