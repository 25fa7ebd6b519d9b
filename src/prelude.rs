//! What a notebook sees; nothing else is promised.

pub use crate::budget::Budget;
pub use crate::notebook::init;
