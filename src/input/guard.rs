//! The bytes below a CSV reader: rows of limited length, and the line in which each row begins.
//!
//! An unclosed quote swallows all that follows it, so a row must not grow without end. And the reader
//! counts neither `\r` nor blank lines as an editor does; here `\n`, `\r\n` and `\r` each end one line.

use crate::input::row::MOST_ROW_BYTES;
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// A reader that refuses rows that are too long and counts lines.
pub struct Guard {
    inner: Box<dyn BufRead>,
    /// How far the CSV reader above looks ahead, in bytes.
    ahead: u64,
    /// Bytes passed on.
    taken: u64,
    /// Where the row that is read now begins.
    row_begins: u64,
    /// The line of the next byte, counted from 1.
    line: usize,
    /// No byte of this line was seen yet.
    fresh: bool,
    after_return: bool,
    /// First byte and number of the lines that are not blank, from the row that is read now.
    lines: VecDeque<(u64, usize)>,
}

impl Guard {
    /// Guards `inner`, whose reader looks `ahead` bytes ahead.
    pub fn new(inner: Box<dyn BufRead>, ahead: u64) -> Self {
        Self {
            inner,
            ahead,
            taken: 0,
            row_begins: 0,
            line: 1,
            fresh: true,
            after_return: false,
            lines: VecDeque::new(),
        }
    }

    /// The reader now begins a row at `byte`, perhaps with blank lines before it.
    pub fn begin(&mut self, byte: u64) {
        self.row_begins = byte;
    }

    /// The line in which the row that was begun last stands; to be asked once the row is read.
    pub fn line(&mut self) -> usize {
        while self.lines.front().is_some_and(|(byte, _)| *byte < self.row_begins) {
            self.lines.pop_front();
        }
        self.lines.front().map_or(self.line, |(_, line)| *line)
    }

    fn see(&mut self, bytes: &[u8]) {
        for (&byte, at) in bytes.iter().zip(self.taken..) {
            match byte {
                b'\n' if self.after_return => {}
                b'\n' | b'\r' => (self.line, self.fresh) = (self.line + 1, true),
                _ if self.fresh => {
                    self.lines.push_back((at, self.line));
                    self.fresh = false;
                }
                _ => {}
            }
            self.after_return = byte == b'\r';
        }
        self.taken += bytes.len() as u64;
    }
}

impl Read for Guard {
    /// Reads on, or fails with [`io::ErrorKind::FileTooLarge`] where the row has become too long.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken > self.row_begins + MOST_ROW_BYTES + self.ahead {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let read = self.inner.read(buffer)?;
        self.see(&buffer[..read]);
        Ok(read)
    }
}
