// Which lines of an app's files ran: for the coverage of its tests.
#include <string.h>

#include "internal.h"

bool sc_keep_lines(sc_module *m, const sc_file *file) {
  m->line_count = 1;
  for (size_t i = 0; i < file->text_len; i++) m->line_count += file->text[i] == '\n' || file->text[i] == '\r';
  m->lines_len = m->line_count / 8 + 1;
  m->lines = sc_allocate(m->lines_len);
  if (m->lines == NULL) return false;
  memset(m->lines, 0, m->lines_len);
  return true;
}

void sc_note_line(lua_State *L, lua_Debug *ar) {
  sc_vm *vm = sc_vm_of(L);
  if (ar->currentline <= 0) return;
  size_t line = (size_t)ar->currentline, byte = line >> 3;
  uint8_t bit = (uint8_t)(1u << (line & 7));
  lua_getinfo(L, "S", ar);
  for (size_t i = 0; i < vm->module_count; i++) {
    sc_module *m = &vm->modules[i];
    if (m->lines == NULL || line > m->line_count || strcmp(m->name, ar->source) != 0) continue;
    if (m->lines[byte] & bit) return;
    m->lines[byte] |= bit;
    m->new_lines = true;
    return;
  }
}

const uint8_t *sc_new_lines(sc_vm *vm, size_t file, size_t *len) {
  *len = 0;
  if (file >= vm->module_count || !vm->modules[file].new_lines) return NULL;
  sc_module *m = &vm->modules[file];
  m->new_lines = false;
  *len = m->lines_len;
  return m->lines;
}
