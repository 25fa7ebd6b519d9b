//! People's own files of numbers: tables in CSV or JSON, and plain lists, read with the place of every
//! mistake.
//!
//! ```text
//! columns   named columns of a CSV file, of JSON lines or of a JSON array (`lawbook fit`)
//! numbers   a list of plain numbers (`lawbook tail`)
//! ```
//!
//! Files are read as streams: memory holds what was asked for, and one row. Nothing is guessed at: what
//! is no number is refused in a sentence that names file, line and column, and says what to write.

// One cell, one row.
pub mod cell;
pub mod row;
// The bytes and their format.
pub mod source;
mod guard;
// Iterators of rows, one for each format.
pub mod csv_rows;
mod json_rows;
// What a program asks for.
pub mod columns;
pub mod numbers;
