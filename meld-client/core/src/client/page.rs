//! Pages of lists.

/// One page of a list: the response of an operation with [`is_paged`](crate::Operation::is_paged).
pub trait Page {
    /// The type of the items.
    type Item;

    /// Returns the items of this page, in the order of the list.
    fn items(&self) -> &[Self::Item];

    /// Converts this page into its items, in the order of the list.
    fn into_items(self) -> Vec<Self::Item>;

    /// Keeps the first `count` items.
    fn truncate(&mut self, count: usize);

    /// Returns the number of items beyond this page, in the requested direction; `None` if the response has none.
    fn remaining(&self) -> Option<i32>;

    /// Returns the cursor of an item, at which the request for the next page begins.
    fn key(item: &Self::Item) -> Option<&str>;
}

/// Implements [`Page`] for a response: `page!(CustomerPage { customers: Customer })`.
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
