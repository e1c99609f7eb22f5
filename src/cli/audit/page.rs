//! The audit of prices as a page for people: one file, nothing loaded from anywhere.

use crate::cli::html::{HEAD_STYLE, escaped, table};
use crate::learn::fairness::Report;

use super::tables;

const STYLE: &str = ".verdict{padding:.8rem 1rem;border-left:.4rem solid #2c7a3f;background:#f1f8f2}\
.verdict.broken{border-color:#b3261e;background:#fdf1f0}li{margin:.3rem 0}";

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
             <style>{HEAD_STYLE}{STYLE}</style>\n</head>\n<body>\n<h1>Are the prices of {brand} fair?</h1>\n"
        ),
        format!("<p class=\"{kind}\">{}</p>\n", escaped(&tables::verdict(report))),
        format!("<p>{}</p>\n", escaped(&tables::compared(report))),
        "<h2>Rules</h2>\n".to_owned(),
        table(&["rule", "violations"], rules),
        listed,
        "<h2>How far prices are apart</h2>\n<p class=\"told\">Shares of the list price.</p>\n".to_owned(),
        table(&tables::SPREAD, report.offers.iter().map(tables::spread_row)),
        format!("<h2>Who paid more?</h2>\n<p class=\"told\">{}</p>\n", escaped(tables::EFFECTS_TOLD)),
        table(&tables::EFFECT, report.effects.iter().map(tables::effect_row)),
        "<p class=\"told\">Every price was worked out again from the catalog of its time and from the conditions in its \
         record. To do it again: <code>concierge audit fairness --store DIR</code>.</p>\n</body>\n</html>\n"
            .to_owned(),
    ];
    parts.concat()
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
