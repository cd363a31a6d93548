/// How a page looks, and the few lines that move its sliders.
///
/// Neither holds a character that XML would read as markup.
enum PageStyle {
  /// The class of a colour; there are eight.
  static func color(_ series: Int) -> String { "series\(series % 8)" }

  static let css: StaticString = """
    :root {
      --paper: #fcfcfa; --card: #ffffff; --ink: #1d2126; --soft: #5a636d; --line: #dfe2e5; --grid: #eceeef;
      --c0: #1f6fb2; --c1: #7b8087; --c2: #b4531b; --c3: #2c7d57; --c4: #7a55a8; --c5: #9a6b00; --c6: #127c85; --c7: #a63d7c;
      --published: #1d2126;
      --gain: #1f6fb2; --loss: #b4531b;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #14171a; --card: #1b1f23; --ink: #e7e9eb; --soft: #a2abb4; --line: #333a41; --grid: #262c31;
        --c0: #6cb2ee; --c1: #a4abb3; --c2: #f09a5e; --c3: #6cc79b; --c4: #bb9be6; --c5: #dcb257; --c6: #58c3cc; --c7: #ea8fc4;
        --published: #e7e9eb;
        --gain: #6cb2ee; --loss: #f09a5e;
      }
    }
    * { box-sizing: border-box; }
    html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
    body {
      margin: 0 auto; max-width: 76rem; padding: 2.5rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
      font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em; }
    h2 { font-size: 1.3rem; margin: 3rem 0 .9rem; letter-spacing: -.005em; }
    h3 { font-size: 1.05rem; margin: 0 0 .8rem; overflow-wrap: anywhere; }
    h3 small { color: var(--soft); font-weight: 400; font-size: .9rem; margin-left: .7rem; }
    p { max-width: 46rem; margin: 0 0 1rem; }
    .lead, .note, figcaption { color: var(--soft); }
    .note { font-size: .86rem; margin: .7rem 0 0; }
    .scroll { overflow-x: auto; }
    .scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--c0); outline-offset: 2px; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .95rem; }
    caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    th, td { padding: .5rem .2rem .5rem 1.4rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
    th:first-child { text-align: left; padding-left: 0; font-weight: 600; }
    thead th { color: var(--soft); font-weight: 500; font-size: .84rem; vertical-align: bottom; }
    .others th, .others td { color: var(--soft); font-weight: 400; }
    .key { display: inline-block; width: .7rem; height: .7rem; border-radius: 50%; margin-right: .55rem; background: currentColor; }
    .key.series0 { background: var(--c0); } .key.series1 { background: var(--c1); } .key.series2 { background: var(--c2); }
    .key.series3 { background: var(--c3); } .key.series4 { background: var(--c4); } .key.series5 { background: var(--c5); }
    .key.series6 { background: var(--c6); } .key.series7 { background: var(--c7); }
    .key.published { background: none; border: 2px solid var(--published); }
    .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.2rem; margin-top: 1.6rem; }
    figure { margin: 0; min-width: 0; }
    .plots figure, article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
    .plots figcaption { color: var(--ink); font-weight: 600; font-size: .92rem; margin-bottom: .5rem; overflow-wrap: anywhere; }
    .plots figure { max-width: 34rem; }
    .plots.wide { grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); } .plots.wide figure { max-width: 44rem; }
    td.words, thead th.words { text-align: left; white-space: normal; min-width: 12rem; overflow-wrap: anywhere; }
    .plot { display: block; width: 100%; height: auto; }
    .plot text { font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--ink); }
    .plot .tick, .plot .label { fill: var(--soft); font-variant-numeric: tabular-nums; }
    .plot .middle { text-anchor: middle; } .plot .end { text-anchor: end; }
    .plot .grid { stroke: var(--grid); } .plot .axis, .plot .mark { stroke: var(--soft); }
    .plot .mean { stroke: var(--ink); stroke-dasharray: 4 3; }
    .plot .name { paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
    .plot .gain { fill: var(--gain); } .plot .loss { fill: var(--loss); }
    .plot .series0 { fill: var(--c0); } .plot .series1 { fill: var(--c1); } .plot .series2 { fill: var(--c2); }
    .plot .series3 { fill: var(--c3); } .plot .series4 { fill: var(--c4); } .plot .series5 { fill: var(--c5); }
    .plot .series6 { fill: var(--c6); } .plot .series7 { fill: var(--c7); }
    .plot .published { fill: var(--card); stroke: var(--published); stroke-width: 1.8; }
    .plot .hollow { fill: var(--card); stroke-width: 1.8; }
    .plot .hollow.series0 { stroke: var(--c0); } .plot .hollow.series1 { stroke: var(--c1); }
    .plot .hollow.series2 { stroke: var(--c2); } .plot .hollow.series3 { stroke: var(--c3); }
    .plot .hollow.series4 { stroke: var(--c4); } .plot .hollow.series5 { stroke: var(--c5); }
    .plot .hollow.series6 { stroke: var(--c6); } .plot .hollow.series7 { stroke: var(--c7); }
    .plot .span { stroke: var(--soft); stroke-width: 1.4; }
    article { margin: 1.2rem 0; }
    .example { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 1.2rem; align-items: start; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 11rem), 1fr)); gap: .9rem; }
    img { display: block; width: 100%; height: auto; image-rendering: pixelated; border-radius: .25rem; background: var(--grid); }
    article figcaption { font-size: .84rem; margin-top: .35rem; overflow-wrap: anywhere; }
    .pair figcaption { display: flex; justify-content: space-between; gap: 1rem; }
    .pair figcaption span:last-child { text-align: right; }
    .compare { position: relative; --cut: 50%; border-radius: .25rem; overflow: hidden; }
    .compare .over { position: absolute; inset: 0; height: 100%; clip-path: inset(0 0 0 var(--cut)); }
    .compare::after {
      content: ""; position: absolute; top: 0; bottom: 0; left: calc(var(--cut) - 1px); width: 2px; background: #fff;
      box-shadow: 0 0 0 1px rgb(0 0 0 / .45); pointer-events: none;
    }
    .compare input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
    .compare:focus-within { outline: 2px solid var(--c0); outline-offset: 3px; }
    details { margin: .6rem 0; } summary { cursor: pointer; padding: .3rem 0; }
    dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .45rem 1.4rem; margin: 0; font-size: .92rem; }
    dt { color: var(--soft); max-width: 12rem; overflow-wrap: anywhere; } dd { margin: 0; overflow-wrap: anywhere; }
    .failures li { overflow-wrap: anywhere; }
    @media (max-width: 46rem) {
      body { padding: 1.5rem 1rem 3rem; }
      .example { grid-template-columns: minmax(0, 1fr); }
      .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
      th, td { padding-left: .9rem; }
      dl { grid-template-columns: minmax(0, 1fr); gap: .1rem; } dd { margin-bottom: .7rem; }
    }
    """

  static let script: StaticString = """
    document.querySelectorAll('.compare input').forEach(function (slider) {
      slider.addEventListener('input', function () {
        slider.parentElement.style.setProperty('--cut', slider.value + '%');
      });
    });
    """
}
