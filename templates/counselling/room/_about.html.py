BB BBBBBBBBBBBBBBBB gettext(u'The wait is more than two hours.') BBBB ngettext(u'The wait is about %(minutes)s minute.', u'The wait is about %(minutes)s minutes.', count) 
  SSS SSSS SS SSSSS SSSSSSSSSSS SSSSSSS

  PPP PPPP PP PPPPP PPPPPPPPPPP PPPPPPPP
BBBBB
