//! Names of what CloudFront keeps for a whole account: made of app, stage, path and region, so that no two are the same.

use formwork_synth::{Scope, Text, intrinsic, sub};

use crate::each::hyphenated;

/// The most characters of a name: 60 for what delivers logs, less the longest region.
const MOST: usize = 42;

/// A name that no other part of any app has in the account.
pub(super) fn name(scope: &Scope<'_>, part: &str) -> Text {
    let full = format!("{}-{}-{}-{part}", scope.app_name(), scope.stage().name, scope.path());
    let mut short = hyphenated(&full);
    if short.len() > MOST {
        short.truncate(MOST - 9);
        short += &format!("-{}", digest(&full));
    }
    match scope.region() {
        Some(region) => sub!("{}", format!("{short}-{region}")),
        None => sub!("{}-{}", short, intrinsic::region()),
    }
}

/// Eight letters that change with the text: FNV-1a, of Fowler, Noll and Vo.
pub(super) fn digest(text: &str) -> String {
    let hash =
        text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}
