//! Lists that grow while they are decoded.

use super::error::Error;
use super::found::Found;
use super::parser::Parser;

/// Appends a decoded value to a list.
pub(super) fn push<T>(items: &mut Vec<T>, found: Found<T>, parser: &mut Parser<'_>) -> Result<Found<()>, Error> {
    if let Found::Value(_) = &found {
        make_room(items, parser)?;
    }
    Ok(found.map(|item| items.push(item)))
}

/// Reserves capacity for one more item and for few beyond it. A few bytes of JSON can become an item of a thousand
/// bytes, and a vector reserves up to four times the necessary capacity.
#[inline]
pub(super) fn make_room<T>(items: &mut Vec<T>, parser: &mut Parser<'_>) -> Result<(), Error> {
    if items.len() < items.capacity() { Ok(()) } else { grow(items, parser) }
}

#[cold]
fn grow<T>(items: &mut Vec<T>, parser: &mut Parser<'_>) -> Result<(), Error> {
    items.reserve_exact(capacity_for_more(items.len(), size_of::<T>(), parser)?);
    Ok(())
}

/// Returns the number of items of `size` bytes for which a full list of `count` is to reserve capacity.
fn capacity_for_more(count: usize, size: usize, parser: &mut Parser<'_>) -> Result<usize, Error> {
    /// The length from which a list grows by a quarter.
    const MANY: usize = 256;
    /// The size of large items, in bytes.
    const LARGE: usize = 128;
    // The JSON of a large item is about as long as the item.
    let rest = 1 + parser.rest() / size.max(1);
    let more = match count {
        // Many lists have one item.
        0 if size > LARGE => 1,
        0 => 4,
        1 if size > LARGE => rest.min(16),
        MANY.. => count / 4,
        _ if size > LARGE => count.min(rest),
        _ => count,
    };
    // The old and the new items exist at the same time.
    parser.take_memory((count + more) * size)?;
    parser.return_memory(count * size);
    Ok(more)
}
