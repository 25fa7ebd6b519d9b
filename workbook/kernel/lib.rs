//! The one library that notebooks load. See `lawbook::prelude`.

pub use lawbook::prelude;
