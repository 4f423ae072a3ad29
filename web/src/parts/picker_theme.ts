// Naive UI's look brought in line with the page. Only the parts in use are imported: the whole
// dark theme would bring every component along.
import {
  buttonDark,
  commonDark,
  datePickerDark,
  inputDark,
  scrollbarDark,
  timePickerDark,
  type GlobalTheme,
  type GlobalThemeOverrides
} from 'naive-ui'

const kDark: GlobalTheme = {
  name: 'dark',
  common: commonDark,
  Button: buttonDark,
  DatePicker: datePickerDark,
  Input: inputDark,
  Scrollbar: scrollbarDark,
  TimePicker: timePickerDark
}

const overrides = (
  accent: string,
  surface: string,
  line: string,
  ink: string
): GlobalThemeOverrides => ({
  common: {
    primaryColor: accent,
    primaryColorHover: accent,
    primaryColorPressed: accent,
    primaryColorSuppl: accent,
    borderRadius: '8px',
    fontFamily: 'inherit',
    fontSizeLarge: '15px',
    heightLarge: '42px',
    inputColor: surface,
    popoverColor: surface,
    borderColor: line,
    textColor2: ink
  },
  Input: { border: `1px solid ${line}`, color: surface, colorFocus: surface }
})

const kLight = overrides('#b8371f', '#ffffff', '#8b857a', '#1b2326')
const kDarkOverrides = overrides('#f58d73', '#1a2226', '#7e8a91', '#ecebe6')

export const picker_theme = (is_dark: boolean) =>
  is_dark ? { theme: kDark, overrides: kDarkOverrides } : { theme: null, overrides: kLight }
