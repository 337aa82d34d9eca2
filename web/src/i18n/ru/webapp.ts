import type { Texts } from '../en';

// Web mini-apps, in Russian.

export const webapp: Partial<Texts> = {
  'door.title': 'Открыть {app}?',
  'door.text': 'Сюда привела ссылка, а этим приложением вы ещё не пользовались.',
  'door.learns': 'Оно узнает ваше имя и язык и сможет обращаться к:',
  'door.unknown': 'Оно узнает ваше имя и язык. Кому оно их передаст, неизвестно: его нет в каталоге.',
  'webapp.settings': 'Настройки',
  'webapp.ok': 'ОК',
  'webapp.link.title': 'Открыть {host}?',
  'webapp.link.open': 'Открыть',
  'webapp.close.title': 'Закрыть приложение?',
  'webapp.close.text': 'Введённое может пропасть.',
  'webapp.close.anyway': 'Всё равно закрыть',
  'webapp.invoice.closed': 'Это нельзя оплатить здесь.',
  'webapp.stopped.keyboard': '{app}: приложение перехватило клавиатуру, когда вы писали в другом месте, и закрыто.',
  'webapp.stopped.noise': '{app}: приложение забросало клиент сообщениями и закрыто.',
  'webapp.reaches': 'Его страницы обращаются к',
  'webapp.reaches.nothing': 'Ни к чему, кроме этого сервера.',
};
