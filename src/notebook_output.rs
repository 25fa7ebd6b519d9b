//! Rich output of a notebook cell: one result in several formats, of which the reader's program shows the
//! best.
//!
//! A kernel of evcxr takes what stands on standard output between two markers:
//!
//! ```text
//! EVCXR_BEGIN_CONTENT text/html
//! <table>…</table>
//! EVCXR_END_CONTENT
//! ```

use std::io::Write;

/// The marked text of one result, whose formats are pairs of MIME type and content.
pub fn marked(formats: &[(&str, String)]) -> String {
    let block = |(mime, content): &(&str, String)| {
        format!("EVCXR_BEGIN_CONTENT {mime}\n{}\nEVCXR_END_CONTENT\n", content.trim_end())
    };
    formats.iter().map(block).collect()
}

/// Shows one result below the cell that runs.
pub fn show(formats: &[(&str, String)]) {
    // One locked write, so that no other output comes between; a closed pipe has no reader to tell.
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(marked(formats).as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_stands_between_its_own_markers() {
        let text = marked(&[("text/html", "<b>1</b>\n".to_owned()), ("text/plain", "1".to_owned())]);
        assert_eq!(
            text,
            "EVCXR_BEGIN_CONTENT text/html\n<b>1</b>\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT text/plain\n1\nEVCXR_END_CONTENT\n"
        );
    }
}
