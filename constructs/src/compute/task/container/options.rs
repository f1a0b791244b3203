//! The setters that every container has, the app's own and each sidecar.

/// Writes the setters of [`Container`](super::Container) for a spec that has one in the field that is named.
macro_rules! container_options {
    ($($container:ident).+) => {
        /// Sets a plain environment variable. Who may describe the task can read it: never a secret, and what looks like one is an error.
        pub fn env(
            mut self,
            name: impl Into<formwork_synth::Str>,
            value: impl $crate::EnvironmentValue,
        ) -> Self {
            self.$($container).+.environment.insert(name.into(), value.into_expr());
            self
        }

        /// Sets a plain environment variable that looks like a credential and is none. The reason is written into the template.
        pub fn harmless_env(
            mut self,
            name: impl Into<formwork_synth::Str>,
            value: impl $crate::EnvironmentValue,
            reason: impl Into<formwork_synth::Str>,
        ) -> Self {
            let name = name.into();
            self.$($container).+.harmless.insert(name.clone(), reason.into());
            self.$($container).+.environment.insert(name, value.into_expr());
            self
        }

        /// Injects a secret as an environment variable when a task starts, with permission to read just it.
        pub fn secret(
            mut self,
            name: impl Into<formwork_synth::Str>,
            secret: formwork_synth::SecretValue,
        ) -> Self {
            self.$($container).+.secrets.insert(name.into(), secret);
            self
        }

        /// Replaces the entry point of the image.
        pub fn entry_point<A: Into<formwork_synth::Str>>(mut self, words: impl IntoIterator<Item = A>) -> Self {
            self.$($container).+.entry_point = $crate::each::each(words, Into::into);
            self
        }

        /// Replaces the command of the image.
        pub fn command<A: Into<formwork_synth::Str>>(mut self, words: impl IntoIterator<Item = A>) -> Self {
            self.$($container).+.command = $crate::each::each(words, Into::into);
            self
        }

        /// Sets the directory that the command runs in. Default: the image's.
        pub fn working_directory(mut self, path: impl Into<formwork_synth::Str>) -> Self {
            self.$($container).+.working_directory = Some(path.into());
            self
        }

        /// Sets the user that the command runs as: a name, or `1000:1000`. Default: the image's, which should not be root.
        pub fn user(mut self, user: impl Into<formwork_synth::Str>) -> Self {
            self.$($container).+.user = Some(user.into());
            self
        }

        /// Runs a command in the container to find out whether it is well. Default: a container is well as long as it runs.
        pub fn container_health_check(mut self, health: $crate::ContainerHealth) -> Self {
            self.$($container).+.health = Some(health);
            self
        }

        /// Starts the container only when another one of the task has come so far. Default: all start at once.
        pub fn after_container(
            mut self,
            name: impl Into<formwork_synth::Str>,
            state: $crate::ContainerState,
        ) -> Self {
            self.$($container).+.after.insert(name.into(), state);
            self
        }

        /// Sets the seconds after which ECS gives up on what the container waits for, 2 to 120. Default: ECS's, three minutes.
        pub fn start_timeout(mut self, seconds: u32) -> Self {
            self.$($container).+.start_seconds = Some(seconds);
            self
        }

        /// Sets the seconds that a container has between the signal to stop and its end, up to 120. Default: 30.
        pub fn stop_timeout(mut self, seconds: u32) -> Self {
            self.$($container).+.stop_seconds = seconds;
            self
        }

        /// Runs a small init as the first process, which passes signals on and reaps what the command leaves behind. Default: the command
        /// is the first.
        pub fn init(mut self) -> Self {
            self.$($container).+.init = true;
            self
        }

        /// Sets how many files and sockets the container may have open. Default: the platform's, 65,535 on Fargate.
        pub fn open_files(mut self, files: u32) -> Self {
            self.$($container).+.open_files = Some(files);
            self
        }

        /// Lets the container write to a directory, on an empty disk that lives as long as the task. Default: to `/tmp` only, in memory.
        ///
        /// The directory belongs to root. For another user, let the image name it in a `VOLUME` and own it: ECS takes over both.
        pub fn writable(mut self, path: impl Into<formwork_synth::Str>) -> Self {
            self.$($container).+.writable.insert(path.into());
            self
        }

        /// Lets the container write to a directory in memory, up to so many MiB, which count as memory of the task as far as they are used.
        /// Every user may write to it. Default: 64 MiB at `/tmp`.
        pub fn in_memory(mut self, path: impl Into<formwork_synth::Str>, mib: u32) -> Self {
            self.$($container).+.in_memory.insert(path.into(), mib);
            self
        }

        /// Lets the container write to the files of its image, as an intruder could too. The reason is written into the template.
        pub fn writable_root(mut self, reason: impl Into<formwork_synth::Str>) -> Self {
            self.$($container).+.root = $crate::compute::task::Root::Writable(reason.into());
            self
        }

        /// Mounts a directory that outlives the task, with permission to read and write just it, over TLS.
        pub fn mount(
            mut self,
            directory: &$crate::AccessPointRef,
            path: impl Into<formwork_synth::Str>,
        ) -> Self {
            self.$($container).+.mounts.insert(path.into(), directory.clone());
            self
        }
    };
}

pub(crate) use container_options;
