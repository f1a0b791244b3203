//! A secret is no text.

use formwork::{cfn::dynamodb::Table, prelude::*};

fn main() {
    let password = SecretValue::new("arn:aws:ssm:eu-west-1:111122223333:parameter/db", Grant::default());
    let _ = Table::new().table_name(password);
}
