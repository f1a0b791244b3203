//! placeholder
/// The place of something in an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);
impl NodeId { #[doc(hidden)] /// test
pub const fn test(n: u32) -> Self { Self(n) } }
