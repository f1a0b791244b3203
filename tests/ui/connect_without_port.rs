//! A bare peer does not say on which port it listens.

use formwork::Peer;
use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let anyone = Peer::cidr("Anyone", cidr!("0.0.0.0/0"));
    let office = Peer::cidr("Office", cidr!("192.0.2.0/24"));
    shop.connect(&office, &anyone);
}
