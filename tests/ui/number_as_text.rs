//! A name is text.

use formwork::cfn::dynamodb::Table;

fn main() {
    let _ = Table::new().table_name(5);
}
