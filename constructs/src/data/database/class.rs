//! How big a database server is.

use formwork_synth::Str;

/// The class of a database instance: `db.r8g.large`.
///
/// ```
/// use formwork_constructs::{InstanceClass, InstanceSize};
/// let memory_for_its_price = InstanceClass::r8g(InstanceSize::Large);
/// let any_other = InstanceClass::named("db.x2iedn.4xlarge");
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceClass {
    name: Str,
    memory: Option<u32>,
}

/// A size within a family of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstanceSize {
    /// 2 vCPU.
    Large,
    /// 4 vCPU.
    XLarge,
    /// 8 vCPU.
    XLarge2,
    /// 16 vCPU.
    XLarge4,
    /// 32 vCPU.
    XLarge8,
    /// 48 vCPU.
    XLarge12,
    /// 64 vCPU.
    XLarge16,
    /// 96 vCPU.
    XLarge24,
}

macro_rules! families {
    ($($name:ident $gibibytes:literal $doc:literal)*) => {$(
        #[doc = $doc]
        pub fn $name(size: InstanceSize) -> Self {
            Self::of(stringify!($name), size, $gibibytes)
        }
    )*};
}

impl InstanceClass {
    families! {
        m7g 4 "General purpose, on Graviton 3: 4 GiB for each vCPU."
        m8g 4 "General purpose, on Graviton 4: 4 GiB for each vCPU."
        r7g 8 "Much memory, on Graviton 3: 8 GiB for each vCPU."
        r8g 8 "Much memory, on Graviton 4: 8 GiB for each vCPU."
    }

    /// The smallest that every engine takes: 2 vCPU that can burst, 4 GiB.
    pub fn t4g_medium() -> Self {
        Self { name: "db.t4g.medium".into(), memory: Some(4) }
    }

    /// 2 vCPU that can burst, 8 GiB.
    pub fn t4g_large() -> Self {
        Self { name: "db.t4g.large".into(), memory: Some(8) }
    }

    /// Any class, by its name, with `db.` in front.
    pub fn named(name: impl Into<Str>) -> Self {
        Self { name: name.into(), memory: None }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its memory in GiB, where it is known.
    pub(crate) fn memory(&self) -> Option<u32> {
        self.memory
    }

    /// Whether its CPU bursts on credits, which some features refuse.
    pub(crate) fn is_burstable(&self) -> bool {
        self.name.starts_with("db.t")
    }

    fn of(family: &str, size: InstanceSize, gibibytes: u32) -> Self {
        Self { name: format!("db.{family}.{}", size.name()).into(), memory: Some(gibibytes * size.cpus()) }
    }
}

impl InstanceSize {
    fn name(self) -> &'static str {
        match self {
            Self::Large => "large",
            Self::XLarge => "xlarge",
            Self::XLarge2 => "2xlarge",
            Self::XLarge4 => "4xlarge",
            Self::XLarge8 => "8xlarge",
            Self::XLarge12 => "12xlarge",
            Self::XLarge16 => "16xlarge",
            Self::XLarge24 => "24xlarge",
        }
    }

    fn cpus(self) -> u32 {
        match self {
            Self::Large => 2,
            Self::XLarge => 4,
            Self::XLarge2 => 8,
            Self::XLarge4 => 16,
            Self::XLarge8 => 32,
            Self::XLarge12 => 48,
            Self::XLarge16 => 64,
            Self::XLarge24 => 96,
        }
    }
}
