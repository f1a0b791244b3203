//! Maps, sets and lists in order, for programs that are compiled more often than they are large.
//!
//! An app compiles everything that it builds on, once for each pair of types: a `BTreeMap` costs the compiler some 3,000 statements, a sort
//! of the standard library another 2,000, and there were eighty such pairs. These have a tenth of that. They are plain lists: to put a key
//! in the middle moves what is behind it, so a map with an entry for each resource of an app stays a `BTreeMap`.

mod iter;
mod map;
mod set;

use std::cmp::Ordering;

pub use map::SortedMap;
pub use set::SortedSet;

/// Puts items into an order; those that are equal keep theirs.
pub fn sort_by<T>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    let places = places(items.len(), &|one, other| order(&items[one], &items[other]));
    for (to, &from) in places.iter().enumerate() {
        // What was at an earlier place has been swapped to where the item came from that is there now.
        let mut from = from;
        while from < to {
            from = places[from];
        }
        items.swap(to, from);
    }
}

/// The places of so many items in their order: the one sort that is compiled for all types.
fn places(items: usize, order: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..items).collect();
    places.sort_by(|&one, &other| order(one, other));
    places
}

/// Where a key is in a sorted list, or where it belongs. Compiled once for all types; an optimizer still sees through `order`.
#[inline]
fn search(items: usize, order: &dyn Fn(usize) -> Ordering) -> Result<usize, usize> {
    let (mut from, mut to) = (0, items);
    while from < to {
        let at = (from + to) / 2;
        match order(at) {
            Ordering::Less => from = at + 1,
            Ordering::Equal => return Ok(at),
            Ordering::Greater => to = at,
        }
    }
    Err(from)
}

/// As [`search`], from the end on: most keys are added in their order, or nearly so.
#[inline]
fn search_from_end(items: usize, order: &dyn Fn(usize) -> Ordering) -> Result<usize, usize> {
    let (mut to, mut step) = (items, 1);
    while step <= to {
        match order(to - step) {
            Ordering::Less => {
                let from = to - step + 1;
                return search(step - 1, &|at| order(from + at)).map(|at| from + at).map_err(|at| from + at);
            }
            Ordering::Equal => return Ok(to - step),
            Ordering::Greater => to -= step,
        }
        step *= 2;
    }
    search(to, order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_sorted_and_equal_ones_keep_their_order() {
        let mut items: Vec<(usize, usize)> = (0..100).map(|at| (at * 37 % 10, at)).collect();
        let mut expected = items.clone();
        sort_by(&mut items, |one, other| one.0.cmp(&other.0));
        expected.sort_by_key(|one| one.0);
        assert_eq!(items, expected);
    }

    #[test]
    fn maps_and_sets_are_those_of_the_standard_library() {
        let keys = (0..200_u32).map(|at| at * 7919 % 101);
        let map: SortedMap<u32, u32> = keys.clone().zip(0..).collect();
        let std: std::collections::BTreeMap<u32, u32> = keys.clone().zip(0..).collect();
        assert!(map.iter().eq(&std));
        assert!(map.keys().eq(std.keys()));
        assert!((0..200).all(|key| map.get(&key) == std.get(&key)));

        let set: SortedSet<u32> = keys.clone().collect();
        assert!(set.iter().eq(std.keys()));
        assert!((0..200).all(|key| set.contains(&key) == std.contains_key(&key)));
    }
}
