//! A key says what type it has.

use formwork::cfn::dynamodb::{Table, table::KeySchema};

fn main() {
    let _ = Table::new().key_schema([KeySchema::new().attribute_name("id")]);
}
