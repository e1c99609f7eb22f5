//! The report as a page for people: one file, nothing loaded from anywhere.

use crate::cli::html::{HEAD_STYLE, escaped, table};
use crate::learn::insight::Report;

use super::plots::{self, PlotError};
use super::sections::{self, Section};

const STYLE: &str = "figure{margin:1rem 0;max-width:35rem}figure svg{width:100%;height:auto}\
figcaption{color:#555}section{break-inside:avoid-page}.asks{color:#555;font-weight:normal}";

/// The page.
pub(super) fn page(report: &Report) -> Result<String, PlotError> {
    let title = escaped(&sections::title(report));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Seven P's: {title}</title>\n\
         <style>{HEAD_STYLE}{STYLE}</style>\n</head>\n<body>\n<h1>Seven P's: {title}</h1>\n"
    );
    for Section { name, asks, told, tables } in sections::sections(report) {
        let asks = escaped(asks);
        page.push_str(&format!("<section>\n<h2>{name} <span class=\"asks\">{asks}</span></h2>\n"));
        for line in told {
            page.push_str(&format!("<p>{}</p>\n", escaped(&line)));
        }
        if let Some((picture, caption)) = picture(name, report)? {
            page.push_str(&format!(
                "<figure>{picture}<figcaption>{}</figcaption></figure>\n",
                escaped(caption)
            ));
        }
        for of in tables {
            page.push_str(&table(&of.headings, of.rows.into_iter()));
        }
        page.push_str("</section>\n");
    }
    page.push_str(
        "<p class=\"told\">Counted from the log. To do it again: <code>concierge report --store DIR</code>.</p>\n\
         </body>\n</html>\n",
    );
    Ok(page)
}

fn picture(section: &str, report: &Report) -> Result<Option<(String, &'static str)>, PlotError> {
    Ok(match (section, &report.persistency.figures, &report.performance.calibration) {
        ("Profitability", Some(figures), _) => {
            let caption =
                "Who paid what: the more the line bends, the fewer guests bring the revenue.";
            Some((plots::pareto(&figures.pareto)?, caption))
        }
        ("Performance", _, Some(calibration)) => {
            let caption = "On the grey line, guests accept as often as was foreseen.";
            Some((plots::calibration(calibration)?, caption))
        }
        _ => None,
    })
}
