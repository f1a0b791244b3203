//! Whether anybody is told when a construct does badly: alarms, or a reason why there are none.

use formwork_assembly::{Diagnostic, code};
use formwork_synth::{ResourceOptions, Scope, Str};

use crate::{Alarm, AlarmRef, OnCallRef, each::each, reason::Reasoned};

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
    pub(crate) fn add<N: Into<String>>(
        self,
        scope: &mut Scope<'_>,
        alarms: impl FnOnce() -> Vec<(N, Alarm)>,
    ) -> Vec<AlarmRef> {
        match self.told(scope) {
            Some(on_call) => add(scope, &on_call, alarms()),
            None => Vec::new(),
        }
    }

    /// Whoever is told; a protected stage must have somebody, or a reason why nobody is.
    pub(crate) fn told(self, scope: &mut Scope<'_>) -> Option<OnCallRef> {
        match self {
            Self::OnCall(on_call) => return Some(on_call),
            Self::Undecided if scope.stage().is_protected() => {
                let help = "tell whoever is on call by `.alarms(&on_call)`, or say why nobody is told by `.no_alarms(\"why\")`";
                let message = "nobody is told when this does badly";
                scope.report(Diagnostic::error(&code::NO_ALARMS, message).help(help));
            }
            Self::Undecided | Self::Declined(_) => {}
        }
        None
    }

    /// Writes a reason for the absence of alarms where a reviewer of the template sees it: at the main resource.
    pub(crate) fn note<R: ResourceOptions>(&self, resource: R) -> R {
        match self {
            Self::Declined(reason) => resource.because("no alarms", Some(reason)),
            Self::Undecided | Self::OnCall(_) => resource,
        }
    }
}

fn add<N: Into<String>>(
    scope: &mut Scope<'_>,
    on_call: &OnCallRef,
    alarms: Vec<(N, Alarm)>,
) -> Vec<AlarmRef> {
    let mut scope = scope.group("Alarms");
    each(alarms, |(name, alarm)| scope.add(name, alarm.tell(on_call)))
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
