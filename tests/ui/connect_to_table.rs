//! A DynamoDB table is reached through the API of AWS; what it takes is a grant.

use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2));
    let api = shop.add("Api", FargateService::new(&vpc, Image::from_directory("api")));
    let orders = shop.add("Orders", Table::new("id"));
    shop.connect(&api, &orders);
}
