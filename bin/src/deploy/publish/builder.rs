//! The program that builds images and pushes them. It is given a list of arguments, never a line for a shell.

use std::{
    ffi::{OsStr, OsString},
    io,
    process::{Output, Stdio},
};

use tokio::{io::AsyncWriteExt, process::Command};

/// How many lines of what it said are shown where it fails.
const LAST: usize = 12;

/// Docker, or what stands in for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Builder<'a>(pub &'a OsStr);

/// Why it did not do what it was asked for.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It cannot be started.
    Missing(io::Error),
    /// It can do nothing at all.
    Down,
    /// It says no: the last lines of what it said.
    Failed(String),
}

impl Builder<'_> {
    /// Has it do something, to the end.
    pub(super) async fn run(self, arguments: &[OsString]) -> Result<(), Trouble> {
        self.run_with(arguments, "").await
    }

    /// Has it do something with a secret, which it reads from its input, and which is not shown even where it repeats it.
    pub(super) async fn run_with(self, arguments: &[OsString], secret: &str) -> Result<(), Trouble> {
        let output = self.output(arguments, secret).await.map_err(Trouble::Missing)?;
        if output.status.success() {
            return Ok(());
        }
        // What can tell its version works, and has another reason.
        let works = self.output(&["version".into()], "").await.is_ok_and(|output| output.status.success());
        if !works {
            return Err(Trouble::Down);
        }
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        let said = if secret.is_empty() { said.into_owned() } else { said.replace(secret, "****") };
        Err(Trouble::Failed(last_lines(&said)))
    }

    async fn output(self, arguments: &[OsString], input: &str) -> io::Result<Output> {
        let mut child = Command::new(self.0)
            .args(arguments)
            // What BuildKit would add makes a list of images out of one, under a digest that differs from build to build.
            .env("BUILDX_NO_DEFAULT_ATTESTATIONS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // One that does not read its input says itself what it lacks.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        child.wait_with_output().await
    }
}

fn last_lines(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LAST)..].join("\n")
}
