//! A service that works off a queue: tasks come as the queue fills, and go as it empties.
//!
//! Makes a [`Queue`] where none is named, and what a [`FargateService`](crate::FargateService) makes, with an
//! `AWS::ApplicationAutoScaling::ScalableTarget` and `AWS::ApplicationAutoScaling::ScalingPolicy` for the backlog; and an [`Alarm`](crate::Alarm)
//! for messages that wait too long, with one for dead letters where the queue is the worker's own.
//!
//! Defaults: a message takes 30 seconds and waits for ten times as long; a received message is hidden for six times as long as it takes, and a
//! container has as long to stop as a message takes; one to ten tasks, the first on demand and the others on Spot, because a message that is cut
//! off comes again; the URL of the queue in `QUEUE_URL`, and permission to receive and delete.
//!
//! A message can come twice: SQS says so, and a task that is stopped in the middle makes it so. What handles it must not mind.

use formwork_assembly::{Diagnostic, code};
use formwork_synth::{Connect, Construct, IntoValue, Peer, Principal, PrincipalRole, Scope, Str};

use crate::{
    Capacity, ClusterRef, Graph, Image, Observe, Queue, QueueRef, ServiceRef, VpcRef,
    compute::{
        fargate_service::{LaunchOn, ServiceOptions, service_options},
        scaling::Scaling,
        task::task_options,
    },
    data::LONGEST_HIDDEN,
    operations::Monitoring,
};

/// A service that receives from a queue.
///
/// ```
/// # use formwork_constructs::{Image, Queue, QueueWorker, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// let worker = QueueWorker::new(&vpc, Image::from_directory("app"))
///     .command(["python", "work.py"])
///     .task_time(20)
///     .longest_wait(120)
///     .scale(0..=20);
/// let worker = shop.add("Worker", worker);
/// shop.output("Queue", &worker.queue.url);
/// ```
///
/// See <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct QueueWorker {
    options: ServiceOptions,
    queue: WorkerQueue,
    task_time: u32,
    wait: Option<u32>,
    extends: bool,
}

/// The queue of a worker: a [`Queue`] of its own, or one that is there.
#[derive(Clone, Debug)]
pub struct WorkerQueue(Source);

#[derive(Clone, Debug)]
enum Source {
    Own(Box<Queue>),
    There(Box<QueueRef>),
}

/// A worker of the app.
#[derive(Clone, Debug)]
pub struct QueueWorkerRef {
    /// What it receives from.
    pub queue: QueueRef,
    /// What it runs as.
    pub service: ServiceRef,
}

/// How many times as long as it takes a message is hidden: it comes back to others only once its task is surely gone.
const HIDDEN_TIMES: u32 = 6;
/// How many times as long as it takes a message may wait, unless the worker says otherwise.
const WAIT_TIMES: u32 = 10;
/// For how many seconds a message is hidden from the start where the worker hides it for longer by itself.
const EXTENDED: u32 = 300;
/// The seconds that new tasks take to start.
const START: u32 = 600;
/// The most seconds that Fargate waits for a container to stop.
const LONGEST_STOP: u32 = 120;

impl QueueWorker {
    /// A worker that runs an image in a VPC, with a queue of its own.
    pub fn new(vpc: &VpcRef, image: Image) -> Self {
        let mut options = ServiceOptions::new(vpc, image);
        options.launch = LaunchOn::Fargate(Capacity::Mix { base: 1, on_demand: 0, spot: 1 });
        options.spot_reason = Some(Str::Borrowed("messages wait in the queue until there are tasks again"));
        Self { options, queue: Queue::new().into(), task_time: 30, wait: None, extends: false }
    }

    /// Receives from a queue that is there, or from one of its own with other options: `Queue::fifo()`. Default: `Queue::new()`.
    pub fn queue(mut self, queue: impl Into<WorkerQueue>) -> Self {
        self.queue = queue.into();
        self
    }

    /// Says how many seconds a message takes at most. A container has as long to stop, up to the 120 seconds of Fargate: name another
    /// [`stop_timeout`](Self::stop_timeout) after it. Default: 30.
    pub fn task_time(mut self, seconds: u32) -> Self {
        self.task_time = seconds;
        self.options.task.container.stop_seconds = seconds.clamp(30, LONGEST_STOP);
        self
    }

    /// Sets how many seconds a message may wait: tasks come so that none waits for longer, and somebody is told when one does for ten minutes more.
    /// Default: ten times [`task_time`](Self::task_time).
    pub fn longest_wait(mut self, seconds: u32) -> Self {
        self.wait = Some(seconds);
        self
    }

    /// Says that the worker hides a message for longer while it works on it, by `ChangeMessageVisibility`: it may take longer than the queue hides
    /// it. Default: the queue hides a message for six times as long as it takes.
    pub fn extends_visibility(mut self) -> Self {
        self.extends = true;
        self
    }

    /// Runs on a cluster of its own name. Default: a cluster just for this worker.
    pub fn cluster(mut self, cluster: &ClusterRef) -> Self {
        self.options.cluster = Some(cluster.clone());
        self
    }

    /// Chooses between on-demand and Spot capacity. Default: the first task on demand, the others on Spot.
    pub fn capacity(mut self, capacity: Capacity) -> Self {
        self.options.launch = LaunchOn::Fargate(capacity);
        self
    }

    /// Runs the tasks in public subnets with public addresses, where the VPC has no NAT. Still nothing comes in but by a connection.
    pub fn public_ip(mut self) -> Self {
        self.options.public_ip = true;
        self
    }

    service_options!();
    task_options!(options.task);

    fn wait(&self) -> u32 {
        self.wait.unwrap_or_else(|| self.task_time.saturating_mul(WAIT_TIMES))
    }

    /// For how long a message must be hidden.
    fn hidden(&self) -> u32 {
        if self.extends { EXTENDED } else { self.task_time.saturating_mul(HIDDEN_TIMES) }
    }

    fn check(&self, scope: &mut Scope<'_>) {
        let time = self.task_time;
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::QUEUE_WORKER, message).help(help));
        };
        if time == 0 {
            report(
                "a message cannot take 0 seconds".to_owned(),
                "name the seconds that the slowest one takes",
            );
        }
        if self.wait() < time {
            let message = format!("a message takes {time} seconds and may wait for {} only", self.wait());
            report(message, "let a message wait for as long as one takes, or for longer");
        }
        let stop = self.options.task.container.stop_seconds;
        if stop < time.min(LONGEST_STOP) {
            let message = format!("a message takes {time} seconds, and a container has {stop} to stop");
            report(message, "give it as long as a message takes, up to 120 seconds: `.stop_timeout(…)`");
        }
        if !self.extends && time > LONGEST_HIDDEN / HIDDEN_TIMES {
            let message = format!("a message that takes {time} seconds cannot be hidden for long enough");
            let help = "cut the work into messages of up to two hours, or let the worker hide it for longer and say `.extends_visibility()`";
            report(message, help);
        }
    }

    /// Adds the alarms of the queue; that nobody is told is said of the service.
    fn watch(&self, place: &mut Scope<'_>, queue: &QueueRef, is_own: bool) {
        let told = &self.options.monitoring;
        if matches!(told, Monitoring::OnCall(_)) {
            let waiting = queue.waits_longer_than(self.wait().saturating_add(START));
            let mut alarms = vec![("OldMessages", waiting)];
            if let Some(dead) = queue.dead_letters.as_ref().filter(|_| is_own) {
                alarms.push(("DeadLetters", dead.holds_dead_letters()));
            }
            told.clone().add(place, || alarms);
        }
    }

    /// Reports a queue that gives a message to a second task while the first still works on it.
    fn check_visibility(&self, scope: &mut Scope<'_>, hidden: Option<u32>) {
        let needed = self.task_time.saturating_mul(HIDDEN_TIMES);
        if let Some(hidden) = hidden
            && !self.extends
            && hidden < needed
            && needed <= LONGEST_HIDDEN
        {
            let message =
                format!("a message takes {} seconds, and the queue hides it for {hidden}", self.task_time);
            let help = format!(
                "let the queue hide it for {needed} with `.visibility_timeout({needed})`, or let the worker hide it for longer and say `.extends_visibility()`"
            );
            scope.report(Diagnostic::error(&code::QUEUE_WORKER, message).help(help));
        }
    }
}

impl From<Queue> for WorkerQueue {
    fn from(queue: Queue) -> Self {
        Self(Source::Own(Box::new(queue)))
    }
}

impl From<&QueueRef> for WorkerQueue {
    fn from(queue: &QueueRef) -> Self {
        Self(Source::There(Box::new(queue.clone())))
    }
}

impl Construct for QueueWorker {
    type Handle = QueueWorkerRef;

    fn build(mut self, scope: &mut Scope<'_>) -> QueueWorkerRef {
        self.check(scope);
        let mut place = scope.group("Queue");
        let (queue, is_own) = match &self.queue.0 {
            Source::Own(queue) => {
                let queue = queue.as_ref().clone().hidden_for(self.hidden().min(LONGEST_HIDDEN));
                (queue.build_unwatched(&mut place), true)
            }
            Source::There(queue) => (queue.as_ref().clone(), false),
        };
        self.watch(&mut place, &queue, is_own);
        self.check_visibility(scope, queue.hidden);
        let url = IntoValue::<String>::into_expr(&queue.url);
        self.options.task.container.environment.or_insert(Str::Borrowed("QUEUE_URL"), url);
        // What one task works off in the time that a message may wait.
        let per_task = (self.wait() / self.task_time.max(1)).max(1);
        if self.options.count.is_none() {
            let scaling = self.options.scaling.get_or_insert_with(|| Scaling::between(1, 10));
            if !scaling.follows_backlog() {
                scaling.backlog(IntoValue::<String>::into_expr(&queue.name), per_task.into());
            }
        }
        let service = self.options.build(scope, None);
        scope.grant(&service.task_role, queue.consume());
        QueueWorkerRef { queue, service }
    }
}

impl Connect for QueueWorkerRef {
    fn peer(&self) -> Peer {
        self.service.peer()
    }
}

impl Principal for QueueWorkerRef {
    fn role(&self) -> PrincipalRole {
        self.service.role()
    }
}

impl Observe for QueueWorkerRef {
    fn graphs(&self) -> Vec<Graph> {
        [self.queue.graphs(), self.service.graphs()].concat()
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, cidr, testing::findings};

    use super::*;
    use crate::{
        Dashboard, OnCall, OnCallRef,
        testing::{any_combination, snapshot},
    };

    fn vpc() -> VpcRef {
        VpcRef::existing("vpc-0123456789abcdef0", cidr!("10.0.0.0/16"))
            .with_private_subnets(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"])
            .with_public_subnets(["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"])
    }

    fn worker() -> QueueWorker {
        QueueWorker::new(&vpc(), Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0"))
    }

    #[test]
    fn queue_worker() {
        snapshot("queue_worker", |shop| {
            let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
            let mails = worker().task_time(20).longest_wait(120).scale(0..=20).alarms(&on_call);
            let mails = shop.add("Mails", mails.command(["python", "work.py"]));
            let orders = Queue::fifo().visibility_timeout(600).no_alarms("its worker has them");
            let orders = shop.add("Orders", orders);
            let keeper = worker().queue(&orders).cluster(&mails.service.cluster).task_time(90);
            shop.add("Keeper", keeper.alarms(&on_call));
            shop.add("Dashboard", Dashboard::new().show("Mails", &mails));
        });
    }

    #[test]
    fn any_worker() {
        any_combination(|shop, pick| {
            let orders = shop.add("Orders", Queue::new().visibility_timeout(3600).no_alarms("a test"));
            let seconds = pick.one(&[1, 30, 600]);
            let mut worker = worker().task_time(seconds);
            worker = pick.maybe(worker, |worker| worker.queue(&orders));
            worker = pick.maybe(worker, |worker| worker.queue(&QueueRef::existing("orders.fifo")));
            worker = pick.maybe(worker, |worker| worker.queue(Queue::fifo()));
            worker = pick.maybe(worker, |worker| worker.longest_wait(600));
            worker = pick.maybe(worker, QueueWorker::extends_visibility);
            worker = pick.maybe(worker, QueueWorker::public_ip);
            worker = match pick.one(&[0, 1, 2, 3]) {
                0 => worker.count(2),
                1 => worker.scale(0..=50),
                2 => worker.scale(1..=50).scale_on_backlog("another", 5),
                _ => worker,
            };
            let capacities =
                [Capacity::Spot, Capacity::OnDemand, Capacity::Mix { base: 2, on_demand: 1, spot: 1 }];
            worker = worker.capacity(pick.one(&capacities));
            let on_call =
                OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
            worker = if pick.flip() { worker.alarms(&on_call) } else { worker.no_alarms("none") };
            shop.add("Worker", worker);
        });
    }

    #[test]
    fn what_would_handle_a_message_twice_is_reported() {
        let short = QueueRef::existing("orders").with_visibility_timeout(60);
        let wrong = [
            worker().task_time(0),
            worker().task_time(60).longest_wait(59),
            worker().task_time(60).stop_timeout(59),
            worker().task_time(7201),
            worker().task_time(11).queue(&short),
            worker().task_time(11).queue(Queue::new().visibility_timeout(65)),
        ];
        for worker in wrong {
            let text = format!("{worker:?}");
            let mut app = App::new("shop", &Stage::new("dev"));
            app.stack("Shop").add("Worker", worker);
            let found = findings(app);
            assert_eq!(found.matches("FW3581").count(), 1, "{text}: {found}");
        }
    }

    #[test]
    fn a_worker_that_hides_messages_for_longer_may_take_longer() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let short = QueueRef::existing("orders").with_visibility_timeout(60);
        let worker = worker().task_time(20_000).queue(&short).extends_visibility();
        app.stack("Shop").add("Worker", worker);
        assert_eq!(findings(app), "");
    }
}
