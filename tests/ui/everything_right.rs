//! The control: this compiles, so that the others fail for their mistake alone.

use formwork::{
    SecretValue,
    cfn::{dynamodb, ec2, logs},
    prelude::*,
};

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2));
    let orders = shop.add("Orders", Table::new("id"));
    let password = SecretValue::new("arn:aws:ssm:eu-west-1:111122223333:parameter/db", Grant::default());
    let image = Image::from_directory("api");
    let api = FargateService::new(&vpc, image).size(task_size!(256, 512)).secret("DB_PASSWORD", password);
    let api = shop.add("Api", api.port(port!(8080)));
    shop.grant(&api, orders.read());
    shop.connect(&api, &api);
    shop.add("Logs", logs::LogGroup::new().retention_in_days(30));
    let key = dynamodb::table::KeySchema::new()
        .attribute_name("id")
        .key_type(dynamodb::table::KeySchemaKeyType::Hash);
    let table = dynamodb::Table::new().key_schema([key]);
    let table =
        table.billing_mode(dynamodb::table::BillingMode::PayPerRequest).deletion_protection_enabled(true);
    let table = shop.add("Raw", table);
    shop.output("Name", sub!("{}!", table.reference()));
    let other = shop.add("Other", ec2::Vpc::new().cidr_block("10.1.0.0/16"));
    shop.add("Subnet", ec2::Subnet::new().vpc_id(&other).cidr_block("10.1.0.0/24"));
}
