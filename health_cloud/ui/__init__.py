"""How it looks: theme, layout, forms, feedback, results and charts; no feature, no database.

Import from the modules: `from health_cloud.ui.rows import row, rows`. A text is a str or a Var; write none in code,
use `t("feature.key", name=...)`. Only classes of `assets/styles/*.css`, no `style=`, no `rx.toast`, no Radix.

i18n         t(key, params_var?, **params)          our texts; key and params may be Vars
             words(words_var)                       a `Words` of the source in the reader's language
             language()                             "zh" or "en" as a Var
             write_catalogues(assets)               before the build
dates        day near_day full_day moment near_moment time weekday day_of_month month year number   (iso_var)
             clock(until, since=, tail=, on_end=)   counts down in the browser; `since` adds the bar
theme        STYLESHEETS, head()                    for rx.App
preferences  language_switch() theme_switch() text_switch()
layout       page(*content, heading=, sub=, lead=, size="display"|"title", role=, tab=, bar=, back=, back_label=,
                  brand=, end=[...], actions=(...), wide=)
             step_bar(title, back=|on_back=, end=)  steps(done, total)      a task in steps
             icon_button(name, label, on_click=)    icon_link(name, label, href=)      for page(end=)
             separated(*parts)                      second line, parted by drawn dots
             post_form(*content, action=)           plain form POST to an HTTP route
             fill("banner"|"connection"|"outside", make)                      for the composition root; badges: Shell
marks        flag(kind, word)                       kinds: normal high low critical abnormal censored intermediate
                                                    resistant susceptible none; str or Var
             Mark.create(kind=)                     the shape alone, only beside its word
             icon(name, size=""|"s"|"m")  class_icon(cls)  class_tile(cls)  tile(name, "c-quiet")  seal()
rows         rows(*items, lead=, days=)             row(title, sub=, href=|on_click=, lead=, end=, fresh=, new=, arrow=)
             day_lead(iso) icon_lead(name) face(name, large=, quiet=)         for row(lead=)
             group(title, count)                    sticky month or day heading
             section(title, href=, link=, more=)    sheet(*content, title=, note=, link=, href=, fresh=)
             classes({cls: count})  class_name(cls)  made(made_of(cls, text), ...)
             thread(thread_item(title, sub=, made=, now=, href=), ...)
             why(text, href=|on_click=, name="badge_check"|"hourglass")  facts((name, value), ...)  rule(inset=)
forms        form(*content, on_submit=)
             field(label, name=, hint=, error=, type=, end=, multiline=, **input_props)   field_error(error, name)
             code_field password_field(new=) date_field select_field(options=[(value, text)])
             choices(*items, legend=) choice(label, name=, value=, many=, checked=, on_change=, sub=, lead=, end=)
             segments(label, [(value, text)], value, on_pick)   tabs(label, [(value, text, count)], value, on_pick)
             link_tabs(label, (text, href, chosen), ...)
             chips(label, *chip(text, chosen=, on_click=), *chip_link(text, chosen=, href=))
             chip_select(label, *options, value=, chosen=)
             button(text, look="primary"|"plain"|"danger"|"danger fill"|"quiet", on_click=|href=|submit=, wide=, small=,
                    busy=, disabled=, name=icon)    pair(a, b)   link_button(text, on_click=|href=)
feedback     note(text, kind="info"|"warn"|"crit"|"plain", strong=, name=icon, action=, inset=, live=)
             problem(key_var, params_var)           an error by its key, announced
             toast(message_var, on_close=, on_undo=, seconds=8)   announce(message_var)
             empty(icon, title, text, action=)  failed(title, text, on_retry=, code=)  partial(text, on_retry=)
             offline()  loading(rows, days=)
results      result(name, value=, unit=, kind=, word=, code=, low=, high=, range_text=, previous=, points=, plain=,
                    acts=[...], href=)              on a sheet, one under the other
             range_bar(value, kind=, low=, high=, unit=, range_text=, previous=)   limits as text, "" where none
charts       sparkline(points, low=, high=)         points: [{"at", "value", "kind", "gap"}], oldest first
             plot(rows, name=, beside=, names=)         to scale, newest first; only with a table beside it
overlays     bottom_sheet(*content, title=, open=Var, on_close=)              opened by a State
             disclosure(trigger_button, *content, title=)                     opened in the browser alone
             confirm(*fields, title=, lines=[...], act=, on_act=, open=Var, on_cancel=, cancel=, danger=, busy=)
             disclosed_confirm(trigger_button, *fields, title=, lines=, act=, on_act=)
"""
