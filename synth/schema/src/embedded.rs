//! The embedded form: its tables, and what is found through them without reading a record.
//!
//! `types.bin` is a header of four sizes (strings, types, services, regions), then the tables of each, all of 32-bit
//! little-endian numbers, then the records. `strings.txt` holds every string once; a string's number is its place in
//! the first table. As the [`Reader`], written for debug builds.

use crate::reader::Reader;

static STRINGS: &str = include_str!("../packed/strings.txt");
static TYPES: &[u8] = include_bytes!("../packed/types.bin");

const HEADER: usize = 4;

/// The sizes of the tables.
struct Sizes {
    strings: usize,
    types: usize,
    services: usize,
    regions: usize,
}

impl Sizes {
    fn read() -> Self {
        Self { strings: word(0), types: word(1), services: word(2), regions: word(3) }
    }

    /// Where the table of types begins, in words. The table of strings before it has an end as well.
    fn types_at(&self) -> usize {
        HEADER + self.strings + 1
    }

    fn services_at(&self) -> usize {
        self.types_at() + 2 * self.types
    }

    fn regions_at(&self) -> usize {
        self.services_at() + 3 * self.services
    }

    fn records_at(&self) -> usize {
        4 * (self.regions_at() + self.regions)
    }
}

/// A word of the header and the tables; zero beyond their end.
fn word(at: usize) -> usize {
    let at = 4 * at;
    if at + 4 > TYPES.len() {
        return 0;
    }
    u32::from_le_bytes([TYPES[at], TYPES[at + 1], TYPES[at + 2], TYPES[at + 3]]) as usize
}

/// The string of a number; empty beyond the end.
pub fn string(number: usize) -> &'static str {
    STRINGS.get(word(HEADER + number)..word(HEADER + number + 1)).unwrap_or_default()
}

/// How many resource types there are.
pub fn type_count() -> usize {
    word(1)
}

/// The name of a resource type, by its place in the sorted list.
pub fn type_name(place: usize) -> &'static str {
    string(word(HEADER + word(0) + 1 + 2 * place))
}

/// The place of a resource type in the sorted list.
pub fn find_type(name: &str) -> Option<usize> {
    search(type_count(), name, type_name)
}

/// A reader at the beginning of a record.
pub fn record(place: usize) -> Reader {
    let sizes = Sizes::read();
    let at = sizes.records_at() + word(sizes.types_at() + 2 * place + 1);
    Reader::new(TYPES.get(at..).unwrap_or_default())
}

/// How many services there are.
pub fn service_count() -> usize {
    word(2)
}

/// The name of a service, by its place in the sorted list.
pub fn service_name(place: usize) -> &'static str {
    string(word(Sizes::read().services_at() + 3 * place))
}

/// The places of a service's types; empty for an unknown service.
pub fn service_types(service: &str) -> std::ops::Range<usize> {
    let Some(place) = search(service_count(), service, service_name) else { return 0..0 };
    let at = Sizes::read().services_at() + 3 * place;
    word(at + 1)..word(at + 2)
}

/// The regions whose bits are set.
pub fn regions(mask: u64) -> Vec<&'static str> {
    let sizes = Sizes::read();
    let at = sizes.regions_at();
    let mut regions = Vec::with_capacity(mask.count_ones() as usize);
    for number in 0..sizes.regions {
        if mask >> number & 1 == 1 {
            regions.push(string(word(at + number)));
        }
    }
    regions
}

/// Binary search in a sorted list of names.
fn search(count: usize, name: &str, at: fn(usize) -> &'static str) -> Option<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        match at(middle).cmp(name) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return Some(middle),
        }
    }
    None
}
