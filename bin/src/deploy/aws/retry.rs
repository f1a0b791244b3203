//! How often, how long and how fast AWS is asked again.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use aws_config::{retry::RetryConfig, timeout::TimeoutConfig};

/// Patience with a service.
#[derive(Clone, Debug)]
pub(super) struct Patience {
    /// Attempts in all; as many as the environment or the profile says where there is no number.
    pub(super) attempts: Option<u32>,
    /// The longest pause before the second attempt; it doubles with each further one.
    pub(super) first_pause: Duration,
    /// The longest pause.
    pub(super) longest_pause: Duration,
    /// Until there is a connection.
    pub(super) connect: Duration,
    /// Until an answer begins.
    pub(super) read: Duration,
}

impl Default for Patience {
    /// About a minute and a half in all: limits of requests are shared with everybody in the account, and a laptop's network comes back.
    fn default() -> Self {
        Self {
            attempts: Some(8),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(20),
            connect: Duration::from_secs(6),
            read: Duration::from_secs(60),
        }
    }
}

impl Patience {
    /// What the clients are told: the mode of the environment, and how often.
    pub(super) fn retries(&self, usual: Option<&RetryConfig>) -> RetryConfig {
        let usual = usual.cloned().unwrap_or_else(RetryConfig::standard);
        let attempts = self.attempts.unwrap_or(usual.max_attempts());
        usual
            .with_max_attempts(attempts)
            .with_initial_backoff(self.first_pause)
            .with_max_backoff(self.longest_pause)
    }

    /// What the clients are told.
    pub(super) fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder().connect_timeout(self.connect).read_timeout(self.read).build()
    }
}

/// The pause after so many failed attempts: at random up to a limit that doubles, so that those who failed together do not come back
/// together.
pub(super) fn pause(retries: &RetryConfig, failed: u32) -> Duration {
    let limit = retries
        .initial_backoff()
        .saturating_mul(1 << failed.saturating_sub(1).min(16))
        .min(retries.max_backoff());
    // The standard library seeds each of these anew.
    let share = RandomState::new().hash_one(failed) % 1000;
    limit.mul_f64(share as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_attempts_that_somebody_wants_are_three() {
        let usual = RetryConfig::standard();
        assert_eq!(Patience::default().retries(Some(&usual)).max_attempts(), 8);
        let wanted = Patience { attempts: None, ..Patience::default() };
        assert_eq!(wanted.retries(Some(&usual.with_max_attempts(3))).max_attempts(), 3);
    }
}
