//! Pages of lists.

/// One page of a list that is read by keys: the response of an operation with
/// [`is_paged`](crate::Operation::is_paged).
pub trait Page {
    /// What the list holds.
    type Item;

    /// The items of this page, in the order of the list.
    fn items(&self) -> &[Self::Item];

    /// The items of this page, in the order of the list.
    fn into_items(self) -> Vec<Self::Item>;

    /// Keeps the first `count` items.
    fn truncate(&mut self, count: usize);

    /// How many items there are beyond this page, in the direction asked for; nothing if the service
    /// does not say.
    fn remaining(&self) -> Option<i32>;

    /// The place of an item in the list, from which further pages are asked for.
    fn key(item: &Self::Item) -> Option<&str>;
}

/// Makes a response a [`Page`]: `page!(CustomerPage { customers: Customer })`.
#[doc(hidden)]
#[macro_export]
macro_rules! page {
    ($page:ident { $items:ident: $item:ident }) => {
        impl $crate::Page for $page {
            type Item = $item;

            fn items(&self) -> &[$item] {
                &self.$items
            }

            fn into_items(self) -> ::std::vec::Vec<$item> {
                self.$items
            }

            fn truncate(&mut self, count: usize) {
                self.$items.truncate(count);
            }

            fn remaining(&self) -> ::core::option::Option<i32> {
                self.remaining
            }

            fn key(item: &$item) -> ::core::option::Option<&str> {
                item.key.as_deref()
            }
        }
    };
}
