//! Ctrl-C, and what else asks a program to end.

/// Everything that asks this program to end.
pub(super) struct Signals {
    #[cfg(unix)]
    sources: Option<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)>,
    #[cfg(windows)]
    sources: Option<(tokio::signal::windows::CtrlC, tokio::signal::windows::CtrlBreak)>,
}

impl Signals {
    /// From now on none of them ends the program by itself.
    pub(super) fn new() -> Self {
        Self { sources: sources().ok() }
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) {
        match &mut self.sources {
            Some((one, other)) => {
                tokio::select! {
                    _ = one.recv() => {}
                    _ = other.recv() => {}
                }
            }
            // The system lets nobody listen: then each ends the program as ever.
            None => std::future::pending().await,
        }
    }
}

#[cfg(unix)]
fn sources() -> std::io::Result<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)> {
    use tokio::signal::unix::{SignalKind, signal};

    Ok((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
}

#[cfg(windows)]
fn sources() -> std::io::Result<(tokio::signal::windows::CtrlC, tokio::signal::windows::CtrlBreak)> {
    use tokio::signal::windows::{ctrl_break, ctrl_c};

    Ok((ctrl_c()?, ctrl_break()?))
}
