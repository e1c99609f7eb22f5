//! The audit of prices as a page for people: one file, nothing loaded from anywhere.

use crate::learn::fairness::Report;

use super::tables;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;\
color:#1c1c1c}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem}table{border-collapse:collapse;width:100%}\
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #ddd;vertical-align:top}th{background:#f5f5f2}\
.verdict{padding:.8rem 1rem;border-left:.4rem solid #2c7a3f;background:#f1f8f2}.verdict.broken{border-color:#b3261e;\
background:#fdf1f0}li{margin:.3rem 0}.told{color:#555}";

/// The page.
pub(super) fn page(brand: &str, report: &Report) -> String {
    let kind = if report.is_fair() { "verdict" } else { "verdict broken" };
    let rules = tables::RULES
        .iter()
        .map(|(fault, rule)| [(*rule).to_owned(), tables::violations(report, *fault).to_string()]);
    let violations: String = report
        .violations
        .iter()
        .map(|violation| format!("<li>{}</li>\n", escaped(&tables::sentence(violation))))
        .collect();
    let listed = if violations.is_empty() {
        String::new()
    } else {
        format!("<h2>Violations</h2>\n<ul>\n{violations}</ul>\n")
    };
    let brand = escaped(brand);
    let parts = [
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>Prices of {brand}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<h1>Are the prices of {brand} fair?</h1>\n"
        ),
        format!("<p class=\"{kind}\">{}</p>\n", escaped(&tables::verdict(report))),
        format!("<p>{}</p>\n", escaped(&tables::compared(report))),
        "<h2>Rules</h2>\n".to_owned(),
        table(["rule", "violations"], rules),
        listed,
        "<h2>How far prices are apart</h2>\n<p class=\"told\">Shares of the list price.</p>\n".to_owned(),
        table(tables::SPREAD, report.offers.iter().map(tables::spread_row)),
        format!("<h2>Who paid more?</h2>\n<p class=\"told\">{}</p>\n", escaped(tables::EFFECTS_TOLD)),
        table(tables::EFFECT, report.effects.iter().map(tables::effect_row)),
        "<p class=\"told\">Every price was worked out again from the catalog of its time and from the conditions in its \
         record. To do it again: <code>concierge audit fairness --store DIR</code>.</p>\n</body>\n</html>\n"
            .to_owned(),
    ];
    parts.concat()
}

fn table<const N: usize>(headings: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let headings: String =
        headings.iter().map(|text| format!("<th>{}</th>", escaped(text))).collect();
    let row = |cells: [String; N]| {
        let cells: String =
            cells.iter().map(|text| format!("<td>{}</td>", escaped(text))).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = rows.map(row).collect();
    format!("<table>\n<tr>{headings}</tr>\n{rows}</table>\n")
}

/// A text that came from a catalog or a profile stays a text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::fairness::Audit;

    #[test]
    fn a_name_is_no_markup() {
        let page = page("<b>&\"", &Audit::new(Vec::new()).report());
        assert!(page.contains("&lt;b&gt;&amp;&quot;") && !page.contains("<b>"));
        assert!(page.contains("nothing was audited"));
    }
}
