//! Parts of pages for people.

/// How every page looks.
pub(crate) const HEAD_STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;\
padding:0 1rem;color:#1c1c1c}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem}table{border-collapse:collapse;\
width:100%;margin:.8rem 0}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}\
th{background:#f5f5f2}.told{color:#555}";

/// A table.
pub(crate) fn table<C: AsRef<str>, R: IntoIterator<Item = String>>(
    headings: &[C],
    rows: impl Iterator<Item = R>,
) -> String {
    let headings: String =
        headings.iter().map(|text| format!("<th>{}</th>", escaped(text.as_ref()))).collect();
    let row = |cells: R| {
        let cells: String =
            cells.into_iter().map(|text| format!("<td>{}</td>", escaped(&text))).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = rows.map(row).collect();
    format!("<table>\n<tr>{headings}</tr>\n{rows}</table>\n")
}

/// A text that came from a catalog or a profile stays a text.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
