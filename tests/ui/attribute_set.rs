//! What AWS says about a resource cannot be set.

use formwork::cfn::dynamodb::Table;

fn main() {
    let _ = Table::new().arn("arn:aws:dynamodb:eu-west-1:111122223333:table/orders");
}
