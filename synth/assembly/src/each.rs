//! A list with something made of each item.

/// As `items.into_iter().map(make).collect()`, of which the compiler makes twenty functions for each closure. Of this it makes two.
pub fn each<T, U>(items: impl IntoIterator<Item = T>, mut make: impl FnMut(T) -> U) -> Vec<U> {
    let mut list = Vec::new();
    for item in items {
        list.push(make(item));
    }
    list
}
