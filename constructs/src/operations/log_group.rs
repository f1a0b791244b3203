//! A log group that forgets: CloudWatch keeps logs for ever unless told otherwise.
//!
//! Makes one `AWS::Logs::LogGroup`.
//!
//! Defaults: 90 days of retention and kept on deletion in a protected stage; 30 days and deleted with the stack in any other.

use formwork_cfn::{kind, logs};
use formwork_synth::{Attr, Construct, Expr, Grant, IntoValue, Scope, Str, Value, sub};

use crate::{arn, protection::keep_if_protected};

/// A CloudWatch log group with retention.
///
/// ```
/// # use formwork_constructs::{LogGroup, Retention};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let logs = shop.add("Logs", LogGroup::new().retention(Retention::Days14));
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug, Default)]
pub struct LogGroup {
    name: Option<Expr>,
    retention: Option<Retention>,
}

/// A log group of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct LogGroupRef {
    /// Its name.
    pub name: Attr<kind::LogsLogGroupName>,
    /// Its ARN, which ends in `:*`, for all that is in it.
    pub arn: Attr<kind::LogsLogGroupArn>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<logs::LogGroupRef>,
}

macro_rules! retention {
    ($($variant:ident $days:literal)*) => {
        /// How long CloudWatch keeps log events: the periods that it offers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Retention {
            $(#[doc = concat!(stringify!($days), " days.")] $variant,)*
        }

        impl Retention {
            /// The number of days.
            pub const fn days(self) -> u32 {
                match self { $(Self::$variant => $days,)* }
            }
        }
    };
}

retention! {
    Days1 1 Days3 3 Days5 5 Days7 7 Days14 14 Days30 30 Days60 60 Days90 90 Days120 120 Days150 150 Days180 180
    Days365 365 Days400 400 Days545 545 Days731 731 Days1096 1096 Days1827 1827 Days2192 2192 Days2557 2557
    Days2922 2922 Days3288 3288 Days3653 3653
}

impl LogGroup {
    /// A log group with the retention of the stage.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name, where a service writes to a name of its own making. Default: CloudFormation makes one up.
    pub fn name(mut self, name: impl IntoValue<String>) -> Self {
        self.name = Some(name.into_expr());
        self
    }

    /// Sets how long events are kept. Default: 90 days in a protected stage, 30 in any other.
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = Some(retention);
        self
    }
}

impl Construct for LogGroup {
    type Handle = LogGroupRef;

    fn build(self, scope: &mut Scope<'_>) -> LogGroupRef {
        let default = if scope.stage().is_protected() { Retention::Days90 } else { Retention::Days30 };
        let days = self.retention.unwrap_or(default).days();
        let mut group = logs::LogGroup::new().retention_in_days(days);
        if let Some(name) = self.name {
            group = group.log_group_name(Value::<String>::from_expr(name));
        }
        let group = keep_if_protected(scope, group);
        let resource = scope.in_place(group);
        LogGroupRef { name: resource.reference(), arn: resource.arn(), resource: Some(resource) }
    }
}

impl LogGroupRef {
    /// A log group of the account and region of the stack that exists already, by its name.
    ///
    /// ```
    /// use formwork_constructs::{LogGroupRef, LogQuery};
    /// let audit = LogGroupRef::existing("/acme/audit");
    /// let refused = LogQuery::containing("AccessDenied").over([&audit]);
    /// ```
    pub fn existing(name: impl Into<Str>) -> Self {
        let name: Attr<kind::LogsLogGroupName> = Attr::existing(name);
        let arn = arn::here("logs", sub!("log-group:{}:*", &name));
        Self { arn: Attr::from_expr(IntoValue::<String>::into_expr(arn)), name, resource: None }
    }

    /// Permission to write to it, and to nothing else.
    pub fn write(&self) -> Grant {
        Grant::allow(["logs:CreateLogStream", "logs:PutLogEvents"], [&self.arn])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    #[test]
    fn log_group() {
        snapshot("log_group", |shop| {
            shop.add("Logs", LogGroup::new());
            shop.add("Short", LogGroup::new().retention(Retention::Days3));
        });
    }
}
