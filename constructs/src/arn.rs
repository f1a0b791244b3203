//! ARNs of what does not tell its own: what exists already, what is made later, many things at once.

use formwork_synth::{IntoValue, Text, intrinsic, sub};

/// The ARN of something in the account and region of the stack: `table/orders` of `dynamodb`.
pub(crate) fn here(service: &'static str, resource: impl IntoValue<String>) -> Text {
    let (partition, region, account) = (intrinsic::partition(), intrinsic::region(), intrinsic::account_id());
    sub!("arn:{}:{}:{}:{}:{}", partition, service, region, account, resource)
}
