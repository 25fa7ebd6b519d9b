//! The dashboard of study 04: its files, its numbers, and (the long tier) what a browser makes of them.

mod browser;
mod pages;
mod records;
