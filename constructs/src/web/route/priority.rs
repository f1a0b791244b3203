//! The priority of a route, from what it asks and where it is added; from nothing else.
//!
//! A priority that depended on other routes would change when those do, and CloudFormation cannot swap two priorities: for a moment both
//! rules would have the same one. So the numbers from 1,001 to 49,960 are shared out by what a route asks, the more the lower; each share has
//! places by the hash of the path of the construct. Two routes of one share at one place are reported by the checks; `.priority(…)` helps.

use super::Route;

/// Numbers below are for those who set one.
const FIRST: u32 = 1_001;
/// How much of a host is said: all of it, a part, nothing.
const HOSTS: u32 = 3;
/// How many further conditions there are: two or more, one, none.
const FURTHER: u32 = 3;
/// How much of the path is said, from all of a long one down to nothing.
const DEPTHS: u32 = 16;
/// The places of one share.
const PLACES: u32 = 340;

impl Route {
    /// The priority of a route that sets none.
    pub(super) fn natural_priority(&self, place: &str) -> u32 {
        let host = if self.hosts.is_empty() {
            2
        } else {
            u32::from(self.hosts.iter().any(|host| host.contains(['*', '?'])))
        };
        let further = self.headers.len()
            + usize::from(!self.queries.is_empty())
            + usize::from(!self.methods.is_empty())
            + usize::from(!self.sources.is_empty());
        let further = FURTHER - 1 - u32::try_from(further).unwrap_or(u32::MAX).min(FURTHER - 1);
        let depth = self.paths.iter().map(|path| depth(path)).min().unwrap_or(0);
        let depth = DEPTHS - 1 - depth.min(DEPTHS - 1);
        debug_assert!(host < HOSTS, "a host is said in one of three ways");
        let share = (host * FURTHER + further) * DEPTHS + depth;
        FIRST + share * PLACES + hash(place) % PLACES
    }
}

/// How much a pattern says: two for each whole segment, one for a part of a segment, one for an end without `*`.
fn depth(pattern: &str) -> u32 {
    let literal = pattern.split(['*', '?']).next().unwrap_or_default();
    let whole = literal.len() == pattern.len();
    let segments = literal.trim_matches('/').split('/').filter(|segment| !segment.is_empty()).count();
    let segments = u32::try_from(segments).unwrap_or(u32::MAX / 2);
    let ends_inside = !whole && !literal.ends_with('/');
    if ends_inside && segments > 0 { segments * 2 - 1 } else { segments * 2 + u32::from(whole) }
}

/// The hash of Fowler, Noll and Vo: the same on every machine and in every release.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_more_is_asked_first() {
        let in_order = [
            Route::host("api.example.com").at_path("/v1/orders/*"),
            Route::host("api.example.com").at_path("/v1/*"),
            Route::host("api.example.com"),
            Route::host("*.example.com").at_path("/v1/*"),
            Route::host("*.example.com"),
            Route::path("/api/*").with_header("X-Beta", "yes").by_method("GET"),
            Route::path("/api/*").by_method("GET"),
            Route::path("/api/admin/users"),
            Route::path("/api/admin/*"),
            Route::path("/api/v*"),
            Route::path("/api/*"),
            Route::path("/api*"),
            Route::path("/*"),
        ];
        let place = "Shop/Api";
        let priorities: Vec<u32> = in_order.iter().map(|route| route.natural_priority(place)).collect();
        assert!(priorities.is_sorted_by(|one, next| one < next), "{priorities:?}");
        assert_eq!(Route::all().natural_priority(place), Route::path("/*").natural_priority(place));
    }

    #[test]
    fn priorities_lie_above_those_that_are_set_and_below_the_last() {
        let all = Route::all();
        let most = Route::host("a.b").at_path("/1/2/3/4/5/6/7/8/9").by_method("GET").with_query("a", "b");
        for place in ["A", "Shop/Api", "Shop/Very/Deep/Place"] {
            assert!((1_001..=50_000).contains(&all.natural_priority(place)));
            assert!((1_001..=50_000).contains(&most.natural_priority(place)));
        }
    }

    #[test]
    fn the_numbers_are_the_same_for_ever() {
        assert_eq!(Route::all().natural_priority("Shop/Api"), 49_927);
    }
}
