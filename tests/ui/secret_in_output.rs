//! A secret is no text.

use formwork::{Grant, SecretRef};
use formwork::prelude::*;

fn main() {
    let password = SecretRef::new("arn:aws:ssm:eu-west-1:111122223333:parameter/db", Grant::default());
    let mut app = App::new("shop", &Stage::new("dev"));
    app.stack("Shop").output("Password", password);
}
