//! Whether anybody is told when a construct does badly: alarms, or a reason why there are none.

use formwork_assembly::{Diagnostic, code};
use formwork_synth::{ResourceOptions, Scope, Str};

use crate::{Alarm, AlarmRef, OnCallRef, reason::Reasoned};

/// What the user said about the alarms of a construct.
#[derive(Clone, Debug, Default)]
pub(crate) enum Monitoring {
    /// Nothing yet.
    #[default]
    Undecided,
    /// Tell them.
    OnCall(OnCallRef),
    /// Nobody needs to be told, for this reason.
    Declined(Str),
}

impl Monitoring {
    /// Adds the alarms, each under its name; a protected stage must have them or a reason for their absence.
    pub(crate) fn add<A: IntoIterator<Item = (&'static str, Alarm)>>(
        self,
        scope: &mut Scope<'_>,
        alarms: impl FnOnce() -> A,
    ) -> Vec<AlarmRef> {
        self.add_named(scope, || alarms().into_iter().map(|(name, alarm)| (name.to_owned(), alarm)).collect())
    }

    /// As [`add`](Self::add), with names that are known only when the construct is built.
    pub(crate) fn add_named(
        self,
        scope: &mut Scope<'_>,
        alarms: impl FnOnce() -> Vec<(String, Alarm)>,
    ) -> Vec<AlarmRef> {
        match self {
            Self::OnCall(on_call) => {
                let mut scope = scope.group("Alarms");
                alarms().into_iter().map(|(name, alarm)| scope.add(name, alarm.tell(&on_call))).collect()
            }
            Self::Undecided if scope.stage().is_protected() => {
                let help = "tell whoever is on call by `.alarms(&on_call)`, or say why nobody is told by `.no_alarms(\"why\")`";
                let message = "nobody is told when this does badly";
                scope.report(Diagnostic::error(&code::NO_ALARMS, message).help(help));
                Vec::new()
            }
            Self::Undecided | Self::Declined(_) => Vec::new(),
        }
    }

    /// Writes a reason for the absence of alarms where a reviewer of the template sees it: at the main resource.
    pub(crate) fn note<R: ResourceOptions>(&self, resource: R) -> R {
        match self {
            Self::Declined(reason) => resource.because([format!("no alarms: {reason}")]),
            Self::Undecided | Self::OnCall(_) => resource,
        }
    }
}

/// Writes the setters of [`Monitoring`] for a spec that has it in a field `monitoring`, or in the field path named.
macro_rules! monitoring_options {
    ($($field:ident).+) => {
        /// Tells whoever is on call when it does badly. Required in a protected stage, unless [`no_alarms`](Self::no_alarms) says why not.
        pub fn alarms(mut self, on_call: &$crate::OnCallRef) -> Self {
            self.$($field).+ = $crate::operations::Monitoring::OnCall(on_call.clone());
            self
        }

        /// Goes without alarms. The reason is written into the template.
        pub fn no_alarms(mut self, reason: impl Into<formwork_synth::Str>) -> Self {
            self.$($field).+ = $crate::operations::Monitoring::Declined(reason.into());
            self
        }
    };
}

pub(crate) use monitoring_options;
