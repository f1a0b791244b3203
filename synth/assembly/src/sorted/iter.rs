//! The iterators of a [`SortedMap`](super::SortedMap): types of their own, because what is compiled for each use of a `Map` with a closure
//! is several times as much.

use std::slice;

macro_rules! iterator {
    ($(#[$doc:meta])* $name:ident of $item:ty: $entry:pat => $of_entry:expr) => {
        $(#[$doc])*
        pub struct $name<'m, K, V>(pub(super) slice::Iter<'m, (K, V)>);

        impl<'m, K, V> Iterator for $name<'m, K, V> {
            type Item = $item;

            fn next(&mut self) -> Option<$item> {
                match self.0.next() {
                    Some($entry) => Some($of_entry),
                    None => None,
                }
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.0.size_hint()
            }
        }

        impl<K, V> DoubleEndedIterator for $name<'_, K, V> {
            fn next_back(&mut self) -> Option<Self::Item> {
                match self.0.next_back() {
                    Some($entry) => Some($of_entry),
                    None => None,
                }
            }
        }

        impl<K, V> ExactSizeIterator for $name<'_, K, V> {}

        impl<K, V> Clone for $name<'_, K, V> {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }
    };
}

iterator! {
    /// The entries of a map.
    Iter of (&'m K, &'m V): (key, value) => (key, value)
}

iterator! {
    /// The keys of a map.
    Keys of &'m K: (key, _) => key
}

iterator! {
    /// The values of a map.
    Values of &'m V: (_, value) => value
}
