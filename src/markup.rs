//! Text inside HTML, XML and SVG: the characters that markup reserves, written as entities.

/// Text as an element holds it: `&`, `<` and `>` as entities.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text as an element or a quoted attribute holds it: [`escaped`], and `"` as an entity.
pub fn quotable(text: &str) -> String {
    escaped(text).replace('"', "&quot;")
}

/// Text without the control characters that XML has no way to write.
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

/// The text that [`escaped`] was given.
pub fn unescaped(markup: &str) -> String {
    markup.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_reads_back_and_holds_nothing_that_opens_an_element() {
        let text = "a < b && c > \"d\" &lt;";
        assert_eq!(escaped(text), "a &lt; b &amp;&amp; c &gt; \"d\" &amp;lt;");
        assert_eq!(unescaped(&escaped(text)), text);
        assert!(!quotable(text).contains(['<', '>', '"']));
        assert_eq!(visible("a\u{7}b\u{ffff}c\n"), "abc");
    }
}
