//! The program that builds images and pushes them. It is given a list of arguments, never a line for a shell.

use std::{
    collections::VecDeque,
    ffi::{OsStr, OsString},
    io,
    path::PathBuf,
    process::{ExitStatus, Stdio},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::Command,
};

/// How many lines of what it said are shown where it fails.
const LAST: usize = 12;

/// A line is kept no longer than this.
const LONGEST: usize = 64 * 1024;

/// Docker, or what stands in for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Builder<'a> {
    program: &'a OsStr,
    environment: &'a [(&'static str, PathBuf)],
}

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

impl<'a> Builder<'a> {
    pub(super) fn new(program: &'a OsStr) -> Self {
        Self { program, environment: &[] }
    }

    /// The same, with these in its environment.
    pub(super) fn with(self, environment: &'a [(&'static str, PathBuf)]) -> Self {
        Self { environment, ..self }
    }

    /// Has it do something, to the end.
    pub(super) async fn run(self, arguments: &[OsString]) -> Result<(), Trouble> {
        self.run_with(arguments, "", |_| ()).await
    }

    /// The same, and hears each line that it says on the way.
    pub(super) async fn run_heard(
        self,
        arguments: &[OsString],
        hear: impl FnMut(&str),
    ) -> Result<(), Trouble> {
        self.run_with(arguments, "", hear).await
    }

    /// The same with a secret, which it reads from its input, and which is not shown even where it repeats it.
    pub(super) async fn run_secretly(self, arguments: &[OsString], secret: &str) -> Result<(), Trouble> {
        self.run_with(arguments, secret, |_| ()).await
    }

    async fn run_with(
        self,
        arguments: &[OsString],
        secret: &str,
        hear: impl FnMut(&str),
    ) -> Result<(), Trouble> {
        let (status, said) = self.output(arguments, secret, hear).await.map_err(Trouble::Missing)?;
        if status.success() {
            return Ok(());
        }
        // What can tell its version works, and has another reason.
        let version = self.output(&["version".into()], "", |_| ()).await;
        if !version.is_ok_and(|(status, _)| status.success()) {
            return Err(Trouble::Down);
        }
        Err(Trouble::Failed(said))
    }

    /// How it ends, and the last lines of what it says.
    async fn output(
        self,
        arguments: &[OsString],
        input: &str,
        mut hear: impl FnMut(&str),
    ) -> io::Result<(ExitStatus, String)> {
        let mut child = Command::new(self.program)
            .args(arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            // What BuildKit would add makes a list of images out of one, under a digest that differs from build to build.
            .env("BUILDX_NO_DEFAULT_ATTESTATIONS", "1")
            // Lines, wherever it is run: they are read for how far it is.
            .env("BUILDKIT_PROGRESS", "plain")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // One that does not read its input says itself what it lacks.
            let _ = stdin.write_all(input.as_bytes()).await;
        }
        let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
        let (mut output, mut errors) = (Voice::new(input), Voice::new(input));
        let (mut here, mut there) = (vec![0; 8192], vec![0; 8192]);
        loop {
            tokio::select! {
                Some(count) = read(&mut stdout, &mut here) => output.take(&here[..count?], &mut hear),
                Some(count) = read(&mut stderr, &mut there) => errors.take(&there[..count?], &mut hear),
                else => break,
            }
        }
        output.end(&mut hear);
        errors.end(&mut hear);
        let mut last: Vec<String> = output.last.into_iter().chain(errors.last).collect();
        last.drain(..last.len().saturating_sub(LAST));
        Ok((child.wait().await?, last.join("\n")))
    }
}

/// How many bytes have come through a pipe; none, once it is closed.
async fn read(pipe: &mut Option<impl AsyncRead + Unpin>, into: &mut [u8]) -> Option<io::Result<usize>> {
    let read = pipe.as_mut()?.read(into).await;
    if matches!(read, Ok(0)) {
        *pipe = None;
        return None;
    }
    Some(read)
}

/// What comes out of a program, line by line. What draws over a line says one more.
struct Voice<'a> {
    secret: &'a str,
    line: Vec<u8>,
    is_cut: bool,
    last: VecDeque<String>,
}

impl<'a> Voice<'a> {
    fn new(secret: &'a str) -> Self {
        Self { secret, line: Vec::new(), is_cut: false, last: VecDeque::new() }
    }

    fn take(&mut self, bytes: &[u8], hear: &mut impl FnMut(&str)) {
        for part in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let (text, is_whole) = match part {
                [text @ .., b'\n' | b'\r'] => (text, true),
                text => (text, false),
            };
            let room = LONGEST - self.line.len();
            self.is_cut |= text.len() > room;
            self.line.extend_from_slice(&text[..text.len().min(room)]);
            if is_whole {
                self.end(hear);
            }
        }
    }

    /// The line is at its end.
    fn end(&mut self, hear: &mut impl FnMut(&str)) {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let line = match self.secret {
            "" => line.trim_end().to_owned(),
            // Half of a secret may stand at the cut.
            _ if self.is_cut => "…".to_owned(),
            secret => line.trim_end().replace(secret, "****"),
        };
        self.is_cut = false;
        if line.is_empty() {
            return;
        }
        hear(&line);
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(secret: &str, pieces: &[&[u8]]) -> Vec<String> {
        let mut heard = Vec::new();
        let mut voice = Voice::new(secret);
        for piece in pieces {
            voice.take(piece, &mut |line: &str| heard.push(line.to_owned()));
        }
        voice.end(&mut |line: &str| heard.push(line.to_owned()));
        heard
    }

    #[test]
    fn lines_are_heard_however_they_come() {
        assert_eq!(heard("", &[b"a\r\nb", b"c\rd\n\n", b"\xff"]), ["a", "bc", "d", "\u{fffd}"]);
    }

    #[test]
    fn no_line_fills_the_memory_or_shows_a_secret() {
        let long = vec![b'a'; LONGEST + 10];
        assert_eq!(heard("", &[&long, b"b\nc"]), [&"a".repeat(LONGEST), "c"]);
        let cut = [&long[..LONGEST - 3], b"hush"].concat();
        assert_eq!(heard("hush", &[&cut, b"\nit is hush"]), ["…", "it is ****"]);
    }
}
