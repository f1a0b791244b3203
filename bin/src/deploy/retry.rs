//! Asking again where a fault may pass.

use std::time::Duration;

use super::cloud::Answer;

/// How often a single request is made: beneath, each was tried several times already.
const ATTEMPTS: u32 = 4;

/// Makes a request until it is answered, longer and longer apart.
pub(super) async fn patiently<T, F>(pace: Duration, ask: impl Fn() -> F) -> Answer<T>
where
    F: Future<Output = Answer<T>>,
{
    let mut attempt = 1;
    loop {
        match ask().await {
            Err(fault) if fault.is_passing() && attempt < ATTEMPTS => {
                tokio::time::sleep(pace * 2_u32.pow(attempt)).await;
                attempt += 1;
            }
            answer => return answer,
        }
    }
}
