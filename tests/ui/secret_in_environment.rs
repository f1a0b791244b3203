//! A secret is not handed over in the plain environment.

use formwork::prelude::*;

fn main() {
    let password = SecretValue::new("arn:aws:ssm:eu-west-1:111122223333:parameter/db", Grant::default());
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", Vpc::across_azs(2));
    let image = Image::from_directory("api");
    shop.add("Api", FargateService::new(&vpc, image).env("DB_PASSWORD", password));
}
